<?php

require __DIR__ . '/../app.php';

$user = require_user();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $receipt = call_signer($user, 'claim', ['receipt' => posted('photo')]);
    if (isset($receipt['id'])) {
        $insert = $db->prepare('INSERT OR IGNORE INTO photo VALUES (?, ?, ?, ?)');
        $insert->execute([$receipt['id'], $user, $receipt['name'], $receipt['key']]);
        redirect('photo.php?id=' . urlencode($receipt['id']));
    }
    $isRejected = true;
}
$signer = h(getenv('WAYBILL_URL'));
?>
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Send a photo</title>
    <script type="module" src="<?= $signer ?>/element.js"></script>
  </head>
  <body>
    <form method="post">
      <input type="hidden" name="csrf" value="<?= h($_SESSION['csrf']) ?>">
      <?php if (isset($isRejected)): ?><p role="alert">Please choose the photo again.</p><?php endif ?>
      <label for="photo">Photo</label>
      <waybill-upload id="photo" name="photo" rule="photo" endpoint="<?= $signer ?>" token-url="upload-token.php" scope="<?= h($user) ?>" required></waybill-upload>
      <button>Send</button>
    </form>
  </body>
</html>
