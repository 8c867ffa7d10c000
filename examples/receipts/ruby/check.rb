# Prints what the reader makes of the receipts in a file: ruby check.rb receipts.json
require_relative 'waybill_receipt'

file = JSON.parse(File.read(ARGV.first), symbolize_names: true)
expected = file.slice(:keys, :bucket, :region, :prefix, :rule, :now)
results = file[:vectors].map do |vector|
  { payload: WaybillReceipt.read(vector[:receipt], owner: vector[:owner], **expected) }
rescue WaybillReceipt::Refused => refused
  { error: refused.message.split(':').first }
end
puts JSON.generate(results)
