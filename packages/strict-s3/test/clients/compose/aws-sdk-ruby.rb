# needs: ruby-aws-sdk-s3
require "aws-sdk-s3"
require "net/http"
require "securerandom"

# With its defaults, it puts the bucket's name before the host.
bucket = Aws::S3::Resource.new(endpoint: ENV["S3_VIRTUAL_HOSTED"]).bucket("uploads")
large = SecureRandom.random_bytes(20_000_000)
File.binwrite("large", large)
object = bucket.object("ruby/large")
object.upload_file("large", multipart_threshold: 10_000_000)
object.download_file("back")
raise "other bytes" unless File.binread("back") == large
bucket.object("ruby/ü +1.txt").put(body: "hello", metadata: { "owner" => "me" })
bucket.object("ruby/copy").copy_from(bucket: "uploads", key: "ruby/ü +1.txt")
raise "other metadata" unless bucket.object("ruby/copy").metadata == { "owner" => "me" }
url = bucket.object("ruby/copy").presigned_url(:get)
raise "other bytes by URL" unless Net::HTTP.get(URI(url)) == "hello"
form = bucket.presigned_post(key: "ruby/form")
reply = Net::HTTP.start(URI(form.url).host, URI(form.url).port) do |http|
  request = Net::HTTP::Post.new(URI(form.url))
  request.set_form(form.fields.map { |pair| pair } + [["file", "formed"]], "multipart/form-data")
  http.request(request)
end
raise "form: #{reply.body}" unless reply.code == "204"
object = bucket.object("ruby/streamed")
object.upload_stream { |stream| stream << large }
raise "other bytes streamed" unless object.get.body.read.b == large
raise "other list" unless bucket.objects(prefix: "ruby/").count == 5
bucket.objects(prefix: "ruby/").batch_delete!
raise "still there" unless bucket.objects(prefix: "ruby/").count.zero?
