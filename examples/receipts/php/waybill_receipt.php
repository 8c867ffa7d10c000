<?php

/** Do not accept this receipt. The message starts with an error code of Waybill. */
class ReceiptRefused extends Exception {}

/**
 * Reads a receipt of Waybill. docs/reference/receipts.md explains each check.
 *
 * @param list<string> $keys
 * @param ?string $owner `null` for a public rule only.
 * @param ?int $now For tests.
 * @return array<string, mixed> The receipt's content.
 */
function read_receipt(
    mixed $receipt, array $keys, string $bucket, string $region, string $rule, ?string $owner,
    string $prefix = '', int $maxAge = 86_400, ?int $now = null,
): array {
    $content = json_decode(open_receipt($receipt, $keys), true, flags: JSON_THROW_ON_ERROR);
    if ($content['v'] !== 1 || $content['place'] !== [$bucket, $region, $prefix]) {
        throw new ReceiptRefused('RECEIPT_INVALID: for another version, bucket, region or prefix');
    }
    if ($content['rule'] !== $rule) {
        throw new ReceiptRefused("RECEIPT_INVALID: of the rule {$content['rule']}, expected $rule");
    }
    if (($content['owner'] ?? null) !== $owner) {
        throw new ReceiptRefused('RECEIPT_OWNER: it belongs to another owner');
    }
    $age = ($now ?? time()) - $content['lastModified'] / 1000;
    if ($age < -300 || $age > $maxAge) {
        throw new ReceiptRefused("RECEIPT_EXPIRED: $age seconds old, at most $maxAge are allowed");
    }
    return $content;
}

function open_receipt(mixed $receipt, array $keys): string {
    $parts = is_string($receipt) && strlen($receipt) <= 16_384 ? explode('.', $receipt) : [];
    foreach ($keys as $key) {
        if (strlen($key) !== 43) {
            $given = strlen($key);
            throw new InvalidArgumentException("a key has $given characters, expected 43: run waybill secret receipt-key");
        }
        $kid = to_base64url(hash_hkdf('sha256', $key, 6, 'receipt kid 1'));
        $header = to_base64url("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"$kid\"}");
        [$iv, $text, $tag] = array_map(from_base64url(...), array_slice($parts, 2) + ['', '', '']);
        // Encoding them again refuses other spellings of the same bytes.
        $canonical = [$header, '', ...array_map(to_base64url(...), [$iv, $text, $tag])];
        if ($parts !== $canonical || strlen($iv) !== 12 || strlen($tag) !== 16) continue;
        $raw = from_base64url($key);
        $content = openssl_decrypt($text, 'aes-256-gcm', $raw, OPENSSL_RAW_DATA, $iv, $tag, $header);
        if ($content !== false) return $content;
    }
    throw new ReceiptRefused('RECEIPT_INVALID: not sealed by this signer');
}

function to_base64url(string $bytes): string {
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function from_base64url(string $text): string {
    return base64_decode(strtr($text, '-_', '+/'));
}
