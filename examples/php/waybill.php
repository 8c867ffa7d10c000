<?php

function b64url(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

function upload_token(string $owner, array $claims = []): string
{
    $claims += ['sub' => $owner, 'aud' => getenv('WAYBILL_URL'), 'exp' => time() + 900];
    $unsigned = b64url('{"alg":"HS256"}') . '.' . b64url(json_encode($claims));
    return "$unsigned." . b64url(hash_hmac('sha256', $unsigned, getenv('WAYBILL_TOKEN_SECRET'), true));
}

function call_signer(string $owner, string $call, array $body): array
{
    $token = upload_token($owner, ['scope' => 'backend']);
    $headers = "Authorization: Bearer $token\r\nContent-Type: application/json";
    $http = ['method' => 'POST', 'header' => $headers, 'content' => json_encode($body), 'ignore_errors' => true];
    $response = @file_get_contents(getenv('WAYBILL_URL') . "/$call", context: stream_context_create(['http' => $http]));
    if (!preg_match('/ [234]\d\d/', $http_response_header[0] ?? '')) {
        http_response_code(503);
        exit('This did not work. Please go back and try again.');
    }
    return json_decode($response, true, flags: JSON_THROW_ON_ERROR);
}
