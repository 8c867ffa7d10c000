# Starts everything on this machine: an S3, Waybill's signer, and the app. Ctrl+C stops them.
set -a
PORT=${PORT:-3000}
SIGNER_PORT=${SIGNER_PORT:-4000}
# The signer's settings. On AWS, leave out WAYBILL_ENDPOINT, and load the secrets from a secret store.
WAYBILL_SECRET=${WAYBILL_SECRET:-any-32-characters-while-it-is-only-local}
WAYBILL_AUTH=token
WAYBILL_ALLOWED_ORIGINS=http://localhost:$PORT
WAYBILL_ENDPOINT=${S3_ENDPOINT:-http://localhost:9000}
WAYBILL_BUCKET=uploads
AWS_REGION=us-east-1
AWS_ACCESS_KEY_ID=waybill-local
AWS_SECRET_ACCESS_KEY=waybill-local-secret
# Shared by the signer and the app.
WAYBILL_URL=http://localhost:$SIGNER_PORT
WAYBILL_TOKEN_AUDIENCE=$WAYBILL_URL
WAYBILL_TOKEN_SECRET=another-text-while-it-is-only-local
set +a

trap 'kill 0' EXIT
[ "$S3_ENDPOINT" ] || node_modules/.bin/strict-s3 --port 9000 &
node_modules/.bin/waybill serve --rules rules.json --port $SIGNER_PORT &
go run .
