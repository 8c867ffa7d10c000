<?php

require __DIR__ . '/../app.php';

$user = require_user();
redirect(call_signer($user, 'link', ['key' => find_photo($db, $user)['key']])['url']);
