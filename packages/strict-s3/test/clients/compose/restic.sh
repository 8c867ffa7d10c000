# needs: restic
set -eu
export RESTIC_REPOSITORY=s3:$AWS_ENDPOINT_URL/uploads/restic RESTIC_PASSWORD=secret
mkdir tree && echo one > 'tree/a b+c.txt' && head -c 20000000 /dev/urandom > tree/large
restic init
restic backup tree
echo two > tree/more && restic backup tree
restic check --read-data
restic restore latest --target back && diff -r tree back/tree
restic forget --keep-last 1 --prune
test "$(restic snapshots --json | grep -o '"short_id"' | wc -l)" = 1

# Makes its bucket itself.
export RESTIC_FROM_REPOSITORY=$RESTIC_REPOSITORY RESTIC_FROM_PASSWORD=secret
export RESTIC_REPOSITORY=s3:$AWS_ENDPOINT_URL/restic-own
restic init --copy-chunker-params
restic copy && restic check
