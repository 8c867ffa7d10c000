# needs: libamazon-s3-perl
use strict;
use warnings;
use Amazon::S3;

my $s3 = Amazon::S3->new({
  aws_access_key_id => $ENV{AWS_ACCESS_KEY_ID},
  aws_secret_access_key => $ENV{AWS_SECRET_ACCESS_KEY},
  host => $ENV{AWS_ENDPOINT_URL} =~ s{^http://}{}r,
  secure => 0,
  dns_bucket_names => 0,
});
my $bucket = $s3->bucket('uploads');
$bucket->add_key('amazon-s3/a b.txt', 'hello', { content_type => 'text/plain' }) or die $s3->errstr;
die 'other bytes' unless $bucket->get_key('amazon-s3/a b.txt')->{value} eq 'hello';
my $keys = $bucket->list_all({ prefix => 'amazon-s3/' }) or die $s3->errstr;
die 'other list' unless @{ $keys->{keys} } == 1;
$bucket->delete_key('amazon-s3/a b.txt') or die $s3->errstr;
my $own = $s3->add_bucket({ bucket => 'amazon-s3-own' }) or die $s3->errstr;
$own->delete_bucket or die $s3->errstr;
