<?php

// Prints what the reader makes of the receipts in a file: php check.php receipts.json
require __DIR__ . '/waybill_receipt.php';

$file = json_decode(file_get_contents($argv[1]), true);
$names = ['keys', 'bucket', 'region', 'prefix', 'rule', 'now'];
$expected = array_intersect_key($file, array_flip($names));
$results = [];
foreach ($file['vectors'] as ['receipt' => $receipt, 'owner' => $owner]) {
    try {
        $content = read_receipt(...$expected, receipt: $receipt, owner: $owner);
        $content['metadata'] = (object) $content['metadata']; // {}, not []
        $results[] = ['payload' => $content];
    } catch (ReceiptRefused $refused) {
        $results[] = ['error' => strtok($refused->getMessage(), ':')];
    }
}
echo json_encode($results, JSON_THROW_ON_ERROR);
