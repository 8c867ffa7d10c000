# needs: libnet-amazon-s3-perl
use strict;
use warnings;
use Net::Amazon::S3;
use Net::Amazon::S3::Vendor::Generic;
use Net::Amazon::S3::Authorization::Basic;
use DateTime;
use LWP::UserAgent;

my $host = $ENV{AWS_ENDPOINT_URL} =~ s{^http://}{}r;
my $s3 = Net::Amazon::S3->new(
  aws_access_key_id => $ENV{AWS_ACCESS_KEY_ID},
  aws_secret_access_key => $ENV{AWS_SECRET_ACCESS_KEY},
  # For hosts other than Amazon's, it signs with version 2 by default.
  vendor => Net::Amazon::S3::Vendor::Generic->new(host => $host, use_https => 0, use_virtual_host => 0,
    default_region => 'us-east-1'),
);
my $bucket = Net::Amazon::S3::Client->new(s3 => $s3)->bucket(name => 'uploads');
my $expires = DateTime->now->add(minutes => 1);
my $object = $bucket->object(key => 'perl/a b+c.txt', content_type => 'text/plain', expires => $expires);
$object->put('hello');
die 'other bytes' unless $object->get eq 'hello';
die 'not there' unless $object->exists;
my $reply = LWP::UserAgent->new->get($object->query_string_authentication_uri);
die 'by URL: ' . $reply->content unless $reply->content eq 'hello';
my $found = $bucket->list({ prefix => 'perl/' });
my $count = 0;
until ($found->is_done) { for ($found->items) { $_->delete; $count++ } }
die "$count objects" unless $count == 1;
