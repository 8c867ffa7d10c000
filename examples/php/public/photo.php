<?php

require __DIR__ . '/../app.php';

$photo = find_photo($db, require_user());
?>
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title><?= h($photo['name']) ?></title>
  </head>
  <body>
    <p>Thank you! <a href="file.php?id=<?= urlencode($photo['id']) ?>"><?= h($photo['name']) ?></a> is <code><?= h($photo['key']) ?></code>.</p>
  </body>
</html>
