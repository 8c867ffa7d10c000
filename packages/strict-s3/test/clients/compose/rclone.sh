# needs: rclone curl
set -eu
export RCLONE_CONFIG_S3_TYPE=s3 RCLONE_CONFIG_S3_PROVIDER=Other RCLONE_CONFIG_S3_ENV_AUTH=true
export RCLONE_CONFIG_S3_ENDPOINT=$AWS_ENDPOINT_URL
mkdir -p tree/ünter && echo one > 'tree/a b+c.txt' && echo two > tree/ünter/d.txt
: > "tree/quote'd & 41% 日本 🎬"
head -c 20000000 /dev/urandom > tree/large

rclone copy tree s3:uploads/rclone
rclone check --download tree s3:uploads/rclone
cat tree/large | rclone rcat s3:uploads/rclone/streamed
rclone cat s3:uploads/rclone/streamed | cmp - tree/large
rclone moveto s3:uploads/rclone/streamed s3:uploads/rclone/moved
curl --fail --silent "$(rclone link s3:uploads/rclone/moved)" | cmp - tree/large
rm tree/large && rclone sync tree s3:uploads/rclone
test "$(rclone lsf --recursive --files-only s3:uploads/rclone | wc -l)" = 3
rclone mkdir s3:rclone-own && rclone copy tree s3:rclone-own && rclone purge s3:rclone-own
rclone purge s3:uploads/rclone
