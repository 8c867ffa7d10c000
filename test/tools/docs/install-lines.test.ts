import { describe, expect, it } from 'vitest'
import { installProblems } from '../../../tools/docs/install-lines.ts'
import { INSTALL } from '../../../tools/pack.ts'

const sh = (...lines: readonly string[]) => ['```sh', ...lines, '```', ''].join('\n')

describe('installProblems', () => {
  it.each([
    'npm install waybill',
    'npm install --save-dev waybill-aws aws-cdk-lib',
    'npm install waybill@latest',
    'npm i strict-s3',
    'pnpm add waybill-s3@0.1.0',
    'npm install waybill-0.1.0.tgz',
    'npm install ../clone/packs/*.tgz',
    `${INSTALL} iron-session`,
    'npm exec strict-s3',
    'npx --yes strict-s3',
    'npx waybill@latest dev',
    'npx waybill-s3',
    'npm --save-dev install waybill',
    'npm install @waybill/client',
    'deno add npm:waybill',
    'npx @waybill/cli',
  ])('rejects %s', (command) => {
    expect(installProblems(sh(INSTALL, command))).toEqual([expect.stringContaining(command)])
    expect(installProblems(`Say \`${command}\` here. [Install](README.md#install)`)).toHaveLength(1)
  })

  it('accepts the one command, other packages, and the programs it installs', () => {
    const page = sh(INSTALL, 'npm install aws-cdk-lib # waybill-aws wants it', 'npx strict-s3 &')
    expect(installProblems(page)).toEqual([])
    expect(installProblems(sh('npx cdk deploy', 'npm install', 'npm run waybill'))).toEqual([])
  })

  it.each([
    'https://unpkg.com/waybill/dist/element.js',
    'https://esm.sh/waybill@0.1.0/client',
    'https://cdn.jsdelivr.net/npm/waybill-s3',
    "import { createSigner } from 'npm:waybill/signer'",
  ])('rejects code that a registry could supply: %s', (code) => {
    expect(installProblems(code)).toHaveLength(1)
  })

  it('accepts a library from elsewhere', () => {
    expect(installProblems("import { S3 } from 'https://esm.sh/aws-sdk'")).toEqual([])
  })

  it("rejects saved output that a registry's program could have written", () => {
    const line = (npx: string) =>
      sh(INSTALL, `echo "WAYBILL_SECRET=$(${npx} waybill secret)" >> .env`)
    expect(installProblems(line('npx'))).toEqual([
      expect.stringContaining("'$(npx waybill secret)'"),
    ])
    expect(installProblems(line('npx --no'))).toEqual([])
  })

  it('requires a page that runs a program to say how to install it', () => {
    const page = sh('npx waybill redrive --function ArrivalFunction')
    expect(installProblems(page)).toEqual([expect.stringContaining("runs 'npx waybill'")])
    expect(installProblems(`${page}[Install](../README.md#install)`)).toEqual([])
    expect(installProblems('In prose `npx waybill secret` is enough.')).toEqual([])
  })
})
