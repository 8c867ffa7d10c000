# needs: ruby-fog-aws
require "fog/aws"
require "net/http"
require "securerandom"

storage = Fog::Storage.new(
  provider: "AWS",
  aws_access_key_id: ENV["AWS_ACCESS_KEY_ID"],
  aws_secret_access_key: ENV["AWS_SECRET_ACCESS_KEY"],
  region: "us-east-1",
  endpoint: ENV["AWS_ENDPOINT_URL"],
  path_style: true
)
directory = storage.directories.get("uploads", prefix: "fog/")
large = SecureRandom.random_bytes(20_000_000)
directory.files.create(key: "fog/large", body: large, multipart_chunk_size: 5 * 1024 * 1024)
small = directory.files.create(key: "fog/a b+c.txt", body: "hello", metadata: { "x-amz-meta-owner" => "me" })
raise "other bytes" unless directory.files.get("fog/large").body == large
raise "other URL" unless Net::HTTP.get(URI(small.url(Time.now + 60))) == "hello"
small.copy("uploads", "fog/copy")
raise "other list" unless directory.files.all(prefix: "fog/").size == 3
directory.files.all(prefix: "fog/").each(&:destroy)
own = storage.directories.create(key: "fog-own")
own.destroy
