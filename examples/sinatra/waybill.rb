require 'json'
require 'jwt'
require 'net/http'

SIGNER = ENV.fetch('WAYBILL_URL')

def upload_token(owner, **claims)
  claims.update(sub: owner, aud: SIGNER, exp: Time.now.to_i + 900)
  JWT.encode(claims, ENV.fetch('WAYBILL_TOKEN_SECRET'))
end

def call_signer(owner, call, **body)
  token = upload_token(owner, scope: 'backend')
  headers = { 'authorization' => "Bearer #{token}", 'content-type' => 'application/json' }
  response = Net::HTTP.post(URI("#{SIGNER}/#{call}"), body.to_json, headers)
  response.error! if response.is_a?(Net::HTTPServerError)
  JSON.parse(response.body)
end
