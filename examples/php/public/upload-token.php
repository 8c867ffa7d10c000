<?php

require __DIR__ . '/../app.php';

header('Content-Type: application/json');
echo json_encode(['token' => upload_token(require_user())]);
