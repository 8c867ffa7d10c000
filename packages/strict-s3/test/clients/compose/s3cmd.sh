# needs: s3cmd
set -eu
host=${AWS_ENDPOINT_URL#http://}
cat > s3cfg <<X
[default]
host_base = $host
host_bucket = $host
use_https = False
X
s3() { s3cmd --config s3cfg --no-progress "$@"; }
mkdir -p tree/ünter && echo one > 'tree/a b+c.txt' && echo two > tree/ünter/d.txt
: > "tree/quote'd & 41% 日本 🎬"
head -c 40000000 /dev/urandom > large

s3 put --quiet large s3://uploads/s3cmd/large
s3 get --quiet s3://uploads/s3cmd/large back && cmp large back
s3 sync tree/ s3://uploads/s3cmd/tree/
s3 sync s3://uploads/s3cmd/tree/ tree-back/ && diff -r tree tree-back
s3 info s3://uploads/s3cmd/large | grep -q 40000000
s3 ls --recursive s3://uploads/s3cmd/ | grep -q large
s3 mb s3://s3cmd-own && s3 setversioning s3://s3cmd-own enable && s3 rb s3://s3cmd-own
s3 rm --quiet --recursive s3://uploads/s3cmd/

# They ask for the ACL of their source, and set it: new buckets on AWS have none.
s3 put --quiet 'tree/a b+c.txt' s3://uploads/s3cmd/a
for command in cp mv; do
  ! s3 $command s3://uploads/s3cmd/a s3://uploads/s3cmd/b 2> refused
  grep -q AccessControlListNotSupported refused
done
curl --fail --silent "$(s3 signurl s3://uploads/s3cmd/a +600)" | cmp - 'tree/a b+c.txt'
