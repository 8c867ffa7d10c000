# Reads Waybill's receipts. docs/reference/receipts.md explains each check.
require 'json'
require 'openssl'

module WaybillReceipt
  # Do not accept this receipt. The message starts with an error code of Waybill.
  class Refused < StandardError; end

  module_function

  # Returns the receipt's content. `owner` is nil for a public rule only. `now` is for tests.
  def read(receipt, keys:, bucket:, region:, rule:, owner:, prefix: '', max_age: 86_400, now: Time.now.to_i)
    content = JSON.parse(open(receipt, keys))
    if content['v'] != 1 || content['place'] != [bucket, region, prefix]
      raise Refused, 'RECEIPT_INVALID: for another version, bucket, region or prefix'
    end
    raise Refused, "RECEIPT_INVALID: of the rule #{content['rule']}, expected #{rule}" if content['rule'] != rule
    raise Refused, 'RECEIPT_OWNER: it belongs to another owner' if content['owner'] != owner
    age = now - content['lastModified'] / 1000
    unless age.between?(-300, max_age)
      raise Refused, "RECEIPT_EXPIRED: #{age} seconds old, at most #{max_age} are allowed"
    end
    content
  end

  def open(receipt, keys)
    parts = receipt.is_a?(String) && receipt.size <= 16_384 ? receipt.b.split('.', -1) : []
    iv, text, tag = parts.drop(2).map { |part| decode(part) }
    keys.each do |key|
      header = header_of(key)
      # Encoding them again refuses other spellings of the same bytes.
      next if parts != [header, '', *[iv, text, tag].map { |bytes| encode(bytes.to_s) }]
      next if iv.bytesize != 12 || tag.bytesize != 16
      cipher = OpenSSL::Cipher.new('aes-256-gcm').decrypt
      cipher.key, cipher.iv, cipher.auth_tag, cipher.auth_data = decode(key), iv, tag, header
      return (cipher.update(text) + cipher.final).force_encoding('UTF-8')
    end
    raise Refused, 'RECEIPT_INVALID: not sealed by this signer'
  rescue OpenSSL::Cipher::CipherError
    raise Refused, 'RECEIPT_INVALID: not sealed by this signer'
  end

  def header_of(key)
    raise ArgumentError, "a key has #{key.size} characters, expected 43: run waybill secret receipt-key" if key.size != 43
    kid = OpenSSL::KDF.hkdf(key, salt: '', info: 'receipt kid 1', length: 6, hash: 'SHA256')
    encode(%({"alg":"dir","enc":"A256GCM","kid":"#{encode(kid)}"}))
  end

  def encode(bytes) = [bytes].pack('m0').tr('+/', '-_').delete('=')
  def decode(text) = text.tr('-_', '+/').unpack1('m')
end
