# needs: s3ql fuse3
set -eu
url=s3c4://${AWS_ENDPOINT_URL#http://}/uploads/s3ql/
umask 077 && cat > keys <<X
[s3]
storage-url: $url
backend-login: $AWS_ACCESS_KEY_ID
backend-password: $AWS_SECRET_ACCESS_KEY
X
options="--authfile keys --cachedir cache --backend-options no-ssl,sig-region=us-east-1"
mkfs.s3ql $options --plain $url
mkdir mounted && mount.s3ql $options --log s3ql.log $url mounted
head -c 20000000 /dev/urandom > large
cp large mounted/large && umount.s3ql mounted
fsck.s3ql $options $url
rm -r cache && mount.s3ql $options --log s3ql.log $url mounted
cmp large mounted/large && umount.s3ql mounted
