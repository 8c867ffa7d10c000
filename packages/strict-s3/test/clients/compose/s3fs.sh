# needs: s3fs fuse3
set -eu
umask 077 && echo "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" > keys
mkdir mounted
mount() { s3fs uploads:/s3fs mounted -o "passwd_file=keys,url=$AWS_ENDPOINT_URL,use_path_request_style"; }
s3fs uploads mounted -o "passwd_file=keys,url=$AWS_ENDPOINT_URL,use_path_request_style"
mkdir mounted/s3fs && umount mounted
mount
trap 'umount mounted' EXIT
head -c 40000000 /dev/urandom > large
cp large mounted/large
mkdir mounted/ünter && echo one > 'mounted/ünter/a b+c.txt'
umount mounted && mount
cmp large mounted/large && cmp large mounted/large
echo more >> mounted/large && echo more >> large && cmp large mounted/large
mv mounted/large mounted/ünter/moved && cmp large mounted/ünter/moved
chmod 600 mounted/ünter/moved && test "$(stat -c %a mounted/ünter/moved)" = 600
truncate -s 1000 mounted/ünter/moved && test "$(stat -c %s mounted/ünter/moved)" = 1000
test "$(ls mounted/ünter | wc -l)" = 2
rm -r mounted/ünter && test -z "$(ls mounted)"
