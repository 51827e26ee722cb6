#!/usr/bin/env bash
# Runs the auth and OAuth tutorial with curl, jq and psql, as a person would, plus wrong inputs.
#
#   scripts/smoke.sh ./dist/heliosdb-nano        starts that program, runs, stops it
#   BASE=http://localhost:8080 scripts/smoke.sh  against a server that runs already; with
#                                                PGURL=postgresql://… the parts with psql too
#
# Prints one line a check and closes with `N passed, N failed`. With $STRICT_PROVIDER set to a command that
# starts a test identity provider and prints its base URL, the OAuth section also signs in through it.
set -uo pipefail

program=${1-}
BASE=${BASE:-http://localhost:8080}
PGURL=${PGURL-}
work=$(mktemp -d)
server=
provider=
passed=0
failed=0

stop() { # PID; ends it, killing it after 15 s, and returns its exit code
  kill -TERM "$1" 2>/dev/null
  for _ in $(seq 150); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null
  wait "$1"
}

finish() {
  [ -n "$server" ] && stop "$server"
  [ -n "$provider" ] && stop "$provider"
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

pass() {
  passed=$((passed + 1))
  printf 'ok      %s\n' "$1"
}
fail() { # NAME WHY
  failed=$((failed + 1))
  printf 'FAILED  %s: %s\n' "$1" "$2"
}
is() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected $2, received $3"; fi
}
holds() { # NAME JQ-CONDITION JSON
  if jq -e "$2" >/dev/null 2>&1 <<<"$3"; then pass "$1"; else fail "$1" "not $2 in $3"; fi
}
like() { # NAME PATTERN TEXT
  if grep -qiE "$2" <<<"$3"; then pass "$1"; else fail "$1" "no line matches $2"; fi
}

# Sets status, body and headers of one request: call CURL-ARGUMENTS…
call() {
  status=$(curl -s --max-time 20 -o "$work/body" -D "$work/headers" -w '%{http_code}' "$@")
  body=$(cat "$work/body" 2>/dev/null)
  headers=$(tr -d '\r' <"$work/headers" 2>/dev/null)
}
json=(-H 'Content-Type: application/json')
refused() { # NAME STATUS CODE CURL-ARGUMENTS…
  local name=$1 wanted=$2 code=$3
  shift 3
  call "$@"
  is "$name" "$wanted $code" "$status $(jq -r .error 2>/dev/null <<<"$body")"
}

wait_until_ready() {
  for _ in $(seq 300); do
    curl -sf --max-time 2 -o /dev/null "$BASE/ready" && return 0
    [ -n "$server" ] && ! kill -0 "$server" 2>/dev/null && break
    sleep 0.1
  done
  echo "Cannot reach $BASE/ready"
  [ -f "$work/log" ] && cat "$work/log"
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
}

start_program() { # ARGUMENTS…; sets server and BASE
  "$program" start --memory --port auto --mysql-listen off "$@" >"$work/log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    port=$(grep -oE 'https?://[^/ ]+:[0-9]+' "$work/log" | head -n 1 | grep -oE '[0-9]+$')
    [ -n "$port" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  BASE=http://localhost:$port
  wait_until_ready
  PGURL=postgresql://postgres:s3cret@127.0.0.1:$(grep -oE 'postgresPort=[0-9]+' "$work/log" | cut -d= -f2)/postgres
}

sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$PGURL" "$@" 2>&1; }

for tool in curl jq psql; do
  command -v "$tool" >/dev/null && continue
  echo "Cannot run the smoke script without $tool: apt-get install curl jq postgresql-client"
  echo "0 passed, 1 failed"
  exit 1
done

# 1. Start the server
if [ -n "$program" ]; then
  start_program --http-port auto --auth scram-sha-256 --password s3cret
else
  wait_until_ready
fi
alice="alice.$$.$(date +%s)@example.com"
new_user="{\"email\":\"$alice\",\"password\":\"hunter2!\"}"

call "$BASE/health"
is "GET /health answers" '200 ok' "$status $(jq -r .status <<<"$body")"
call "$BASE/ready"
is "GET /ready answers" 200 "$status"
call "$BASE/version"
is "GET /version answers" 200 "$status"

# 2. Sign up
session='(.access_token | startswith("eyJ")) and (.refresh_token | length > 30) and .expires_in == 3600
  and (.user | (.id | length == 36) and .role == "authenticated" and (.created_at | fromdateiso8601? // (sub("\\.[0-9]+"; "") | fromdateiso8601)) > 0)'
call -X POST "$BASE/auth/v1/signup" "${json[@]}" -d "$new_user"
is "POST /signup makes a user" 200 "$status"
holds "POST /signup answers a session" "$session and .user.email == \"$alice\"" "$body"
holds "POST /signup shows no password" '[.. | strings | select(contains("argon2") or contains("hunter2"))] == []' "$body"
like "POST /signup is not to be stored" '^cache-control:.*no-store' "$headers"
first_jti=$(jq -r .access_token <<<"$body" | cut -d. -f2)
refused "POST /signup refuses a second time" 409 user_already_exists -X POST "$BASE/auth/v1/signup" "${json[@]}" -d "$new_user"
refused "POST /signup refuses 5 characters" 400 weak_password \
  -X POST "$BASE/auth/v1/signup" "${json[@]}" -d '{"email":"bob@example.com","password":"12345"}'
refused "POST /signup refuses what is no address" 400 validation_failed \
  -X POST "$BASE/auth/v1/signup" "${json[@]}" -d '{"email":"bob","password":"hunter2!"}'
refused "POST /signup refuses a number as password" 400 validation_failed \
  -X POST "$BASE/auth/v1/signup" "${json[@]}" -d '{"email":"bob@example.com","password":12345678}'
refused "POST /signup refuses half a body" 400 bad_json -X POST "$BASE/auth/v1/signup" "${json[@]}" -d '{"email":"bob@'
refused "POST /signup refuses XML" 415 unsupported_media_type \
  -X POST "$BASE/auth/v1/signup" -H 'Content-Type: text/xml' -d '<email/>'
head -c 4000000 /dev/zero | tr '\0' a >"$work/large"
refused "POST /signup refuses 4 MB" 413 payload_too_large \
  -X POST "$BASE/auth/v1/signup" "${json[@]}" --data-binary "@$work/large"
refused "GET /signup is no method of it" 405 method_not_allowed "$BASE/auth/v1/signup"
like "GET /signup names the method" '^allow:.*POST' "$headers"
refused "GET /auth/v1/nothing is not there" 404 not_found "$BASE/auth/v1/nothing"

if [ -n "$PGURL" ]; then
  rows=$(psql -X "$PGURL" -c "SELECT id, email, role, created_at FROM _auth_users;" 2>&1)
  like "psql shows the user" "^ [0-9a-f-]{36} +\\| $alice +\\| authenticated +\\| 20" "$rows"
  like "psql shows an Argon2id hash" '^\$argon2id\$v=19\$m=' \
    "$(sql -c "SELECT encrypted_password FROM _auth_users WHERE email = '$alice'")"
  wrong=$(psql -X "${PGURL/s3cret/secret}" -c 'SELECT 1' 2>&1)
  like "psql is refused with another password" 'password authentication failed' "$wrong"
fi

# 3. Sign in
SESSION=$(curl -s -X POST "$BASE/auth/v1/token" -H 'Content-Type: application/json' -d "$new_user")
ACCESS=$(echo "$SESSION" | jq -r .access_token)
REFRESH=$(echo "$SESSION" | jq -r .refresh_token)
holds "POST /token answers a session" "$session" "$SESSION"
refused "POST /token refuses a wrong password" 401 invalid_credentials \
  -X POST "$BASE/auth/v1/token" "${json[@]}" -d "{\"email\":\"$alice\",\"password\":\"hunter3!\"}"
wrong=$body
refused "POST /token refuses an unknown address" 401 invalid_credentials \
  -X POST "$BASE/auth/v1/token" "${json[@]}" -d '{"email":"nobody@example.com","password":"hunter2!"}'
is "POST /token does not tell which of the two" "$wrong" "$body"

# 4. Authenticated calls
call "$BASE/auth/v1/user" -H "Authorization: Bearer $ACCESS"
is "GET /user answers" 200 "$status"
holds "GET /user answers the user" \
  ".email == \"$alice\" and .role == \"authenticated\" and (.id | length == 36) and (.created_at | length > 19)" "$body"
refused "GET /user refuses no token" 401 invalid_token "$BASE/auth/v1/user"
like "GET /user asks for a bearer token" '^www-authenticate: *bearer' "$headers"
refused "GET /user refuses another signature" 401 invalid_token \
  "$BASE/auth/v1/user" -H "Authorization: Bearer ${ACCESS%.*}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
none=$(printf '{"typ":"JWT","alg":"none"}' | base64 | tr -d '=\n').$(cut -d. -f2 <<<"$ACCESS").
refused "GET /user refuses an unsigned token" 401 invalid_token "$BASE/auth/v1/user" -H "Authorization: Bearer $none"

# 4. The token and the REST API
rest_refused() { # NAME STATUS CODE CURL-ARGUMENTS…
  local name=$1 wanted=$2 code=$3
  shift 3
  call "$@"
  is "$name" "$wanted $code" "$status $(jq -r .code 2>/dev/null <<<"$body")"
}
notes=$BASE/rest/v1/notes
mine=(-H "Authorization: Bearer $ACCESS")
rest_refused "GET /rest/v1/notes of a bad token is refused" 401 PGRST301 "$notes" -H "Authorization: Bearer $none"
if [ -n "$PGURL" ]; then
  rest_refused "GET /rest/v1/notes is not there before the table" 404 PGRST205 "$notes" "${mine[@]}"
  sql >"$work/sql" <<'SQL'
CREATE TABLE notes (id serial PRIMARY KEY, owner text NOT NULL DEFAULT current_setting('jwt.email', true), body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_setting('jwt.email', true));
INSERT INTO notes (owner, body) VALUES ('somebody@example.com', 'not yours');
SQL
  is "psql makes a table with a policy that reads the token" '' "$(cat "$work/sql")"
  call "$notes" "${mine[@]}"
  is "GET /rest/v1/notes answers none of another's rows" '200 []' "$status $body"
  call -X POST "$notes" "${mine[@]}" "${json[@]}" -H 'Prefer: return=representation' -d '{"body":"mine"}'
  holds "POST /rest/v1/notes answers the row" ".[0].owner == \"$alice\" and .[0].body == \"mine\"" "$body"
  is "POST /rest/v1/notes makes it" 201 "$status"
  rest_refused "POST /rest/v1/notes in another's name is refused" 403 42501 \
    -X POST "$notes" "${mine[@]}" "${json[@]}" -d '{"owner":"somebody@example.com","body":"forged"}'
  call "$notes?select=body" "${mine[@]}"
  is "GET /rest/v1/notes answers one's own" '[{"body":"mine"}]' "$body"
  call "$notes?select=body"
  is "GET /rest/v1/notes without a token answers none" '200 []' "$status $body"
  call -X DELETE "$notes?body=eq.mine" "${mine[@]}"
  is "DELETE /rest/v1/notes answers 204" 204 "$status"
  is "psql still has the other's row" '1' "$(sql -c 'SELECT count(*) FROM notes')"
  sql -c 'DROP TABLE notes' >/dev/null
  rest_refused "GET /rest/v1/_auth_users is not there" 404 PGRST205 "$BASE/rest/v1/_auth_users" "${mine[@]}"
fi

# 5. Refresh and logout
NEW=$(curl -s -X POST "$BASE/auth/v1/refresh" -H 'Content-Type: application/json' -d "{\"refresh_token\":\"$REFRESH\"}")
old=$REFRESH
ACCESS=$(echo "$NEW" | jq -r .access_token)
REFRESH=$(echo "$NEW" | jq -r .refresh_token)
holds "POST /refresh answers a session" "$session and .refresh_token != \"$old\"" "$NEW"
call "$BASE/auth/v1/user" -H "Authorization: Bearer $ACCESS"
is "GET /user takes the new token" 200 "$status"
call -X POST "$BASE/auth/v1/logout" "${json[@]}" -d "{\"refresh_token\":\"$REFRESH\"}"
is "POST /logout answers 204 and nothing" '204 ' "$status $body"
refused "POST /refresh refuses after logout" 401 invalid_refresh_token \
  -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d "{\"refresh_token\":\"$REFRESH\"}"
call "$BASE/auth/v1/user" -H "Authorization: Bearer $ACCESS"
is "GET /user takes the access token until it expires" 200 "$status"

SESSION=$(curl -s -X POST "$BASE/auth/v1/token" "${json[@]}" -d "$new_user")
stolen="{\"refresh_token\":\"$(jq -r .refresh_token <<<"$SESSION")\"}"
NEW=$(curl -s -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d "$stolen")
refused "POST /refresh refuses a used token" 401 invalid_refresh_token \
  -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d "$stolen"
refused "POST /refresh refuses its whole family then" 401 invalid_refresh_token \
  -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d "{\"refresh_token\":\"$(jq -r .refresh_token <<<"$NEW")\"}"
refused "POST /refresh refuses an unknown token" 401 invalid_refresh_token \
  -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d '{"refresh_token":"9b8c2d1e-0000-4000-8000-000000000000"}'
refused "POST /refresh refuses no token" 400 validation_failed -X POST "$BASE/auth/v1/refresh" "${json[@]}" -d '{}'

# 6. OAuth, not configured
refused "GET /authorize refuses an unknown provider" 400 oauth_provider_not_supported \
  "$BASE/auth/v1/authorize?provider=nobody"
refused "GET /callback refuses a state of nobody's" 401 invalid_state "$BASE/auth/v1/callback?code=x&state=y"
if [ -n "$program" ]; then
  for name in google github; do
    refused "GET /authorize?provider=$name says what is missing" 503 oauth_not_configured \
      "$BASE/auth/v1/authorize?provider=$name"
  done
fi

# 7. JWT anatomy
decode() { # base64url
  local text
  text=$(tr '_-' '/+' <<<"$1")
  while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done
  base64 -d <<<"$text" 2>/dev/null
}
is "The token's header is as printed" '{"typ":"JWT","alg":"HS256"}' "$(decode "$(cut -d. -f1 <<<"$ACCESS")")"
claims=$(decode "$(cut -d. -f2 <<<"$ACCESS")")
holds "The token's claims are as printed" \
  "(.sub | length == 36) and .email == \"$alice\" and .role == \"authenticated\" and .aud == \"authenticated\"
   and .exp - .iat == 3600 and (.jti | length > 0)" "$claims"
is "The token's name is unique" different \
  "$([ "$(jq -r .jti <<<"$claims")" != "$(decode "$first_jti" | jq -r .jti)" ] && echo different || echo same)"

# 6. OAuth, through a test provider
if [ -n "$program" ] && [ -n "${STRICT_PROVIDER-}" ]; then
  stop "$server"
  is "SIGTERM ends the server with exit code 0" 0 "$?"
  server=
  callback=http://localhost:$port/auth/v1/callback
  $STRICT_PROVIDER "$callback" >"$work/provider" 2>&1 &
  provider=$!
  for _ in $(seq 100); do
    idp=$(grep -oE 'https?://[^ ]+' "$work/provider" | head -n 1)
    [ -n "$idp" ] && break
    sleep 0.1
  done
  idp=${idp%/}
  for name in GOOGLE GITHUB; do
    export "OAUTH_${name}_CLIENT_ID=strict-client" "OAUTH_${name}_CLIENT_SECRET=strict-secret"
    export "OAUTH_${name}_REDIRECT_URI=$callback"
    export "OAUTH_${name}_AUTHORIZE_URL=$idp/authorize" "OAUTH_${name}_TOKEN_URL=$idp/token"
  done
  export "OAUTH_GOOGLE_USERINFO_URL=$idp/userinfo" "OAUTH_GITHUB_USERINFO_URL=$idp/user"
  export "OAUTH_GITHUB_EMAILS_URL=$idp/user/emails"
  start_program --http-port "$port"
  for name in google github; do
    call "$BASE/auth/v1/authorize?provider=$name"
    is "GET /authorize?provider=$name sends to the provider" 307 "$status"
    location=$(sed -n 's/^[Ll]ocation: //p' <<<"$headers")
    like "GET /authorize?provider=$name carries PKCE" 'code_challenge_method=S256' "$location"
    back=$(curl -s --max-time 20 -o /dev/null -w '%{redirect_url}' "$location")
    call "$back"
    is "GET /callback of $name answers" 200 "$status"
    holds "GET /callback of $name answers a session" "$session" "$body"
    refused "GET /callback of $name works once" 401 invalid_state "$back"
  done
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
