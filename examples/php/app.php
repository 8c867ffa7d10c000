<?php

require __DIR__ . '/waybill.php';

session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);
$_SESSION['csrf'] ??= bin2hex(random_bytes(16));
if ($_SERVER['REQUEST_METHOD'] === 'POST' && !hash_equals($_SESSION['csrf'], posted('csrf'))) {
    http_response_code(403);
    exit('The form is too old. Please load the page again.');
}

$db = new PDO('sqlite:' . __DIR__ . '/db.sqlite3');
// A form can be submitted twice, so the upload's id is the photo's.
$db->exec('CREATE TABLE IF NOT EXISTS photo (id TEXT PRIMARY KEY, user TEXT, name TEXT, key TEXT)');

function require_user(): string
{
    return $_SESSION['user'] ?? redirect('login.php');
}

function find_photo(PDO $db, string $user): array
{
    $query = $db->prepare('SELECT * FROM photo WHERE id = ? AND user = ?');
    $query->execute([filter_input(INPUT_GET, 'id'), $user]);
    return $query->fetch(PDO::FETCH_ASSOC) ?: redirect('./');
}

function posted(string $name): string
{
    return (string) filter_input(INPUT_POST, $name);
}

function redirect(string $url): never
{
    header("Location: $url", true, 303);
    exit;
}

function h(string $text): string
{
    return htmlspecialchars($text);
}
