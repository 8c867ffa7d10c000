<?php

require __DIR__ . '/../app.php';

const USERS = [
    'ada' => '$2y$12$gsD4/AYichLeREE5FQVAz.wo1HDDxc1sDTaI523/nJsj9lvVKKtg6',
    'eve' => '$2y$12$W5QGqNhqX2d9XMTA4uD.1.VT/KQwxa5N.yeTE7y5L4rWy5xpSC.Tm',
];

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $name = posted('name');
    if (password_verify(posted('password'), USERS[$name] ?? '')) {
        session_regenerate_id(true);
        $_SESSION['user'] = $name;
        redirect('./');
    }
}
?>
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Log in</title>
  </head>
  <body>
    <form method="post">
      <input type="hidden" name="csrf" value="<?= h($_SESSION['csrf']) ?>">
      <label>Name <input name="name" autocomplete="username" required></label>
      <label>Password <input type="password" name="password" autocomplete="current-password" required></label>
      <button>Log in</button>
    </form>
  </body>
</html>
