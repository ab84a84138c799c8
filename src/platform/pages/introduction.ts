/** What the page of the API begins with. */
export const INTRODUCTION = `Seats, holds, payments, wallets and tickets of a cinema.

## Log in

\`POST /login\` with \`{"username", "password"}\` answers \`data.token\`. Send it with every other request, as
\`Authorization: Bearer TOKEN\`. It is good for 24 hours, until its user logs out (\`POST /logout\`) or changes the password. A
customer signs up with \`POST /customer/signup\`. Where the service asks for a gateway key, send that as \`X-Api-Key\`.

## Answers

A success is \`{"message", "request_id", "status": "SUCCESS", "data"}\`. \`data\` is left out where there is nothing to say.
Ignore fields that you do not know. Money is a number, but text in the seat map and in the check-in list.

## Errors

A refusal is \`{"status": "ERROR", "code", "message", "request_id"}\`. Programs decide by \`code\`; \`message\` is for people.
Each route lists its codes by status, with an example of each.

- \`VALIDATION_ERROR\` also has \`errors\`: \`path\` names the field as the request does, \`message\` says what is wrong.
- **429** and **503** carry \`Retry-After\`. A 503 means that nothing happened, unless it carries \`may_have_happened: true\`.
- Send an \`Idempotency-Key\` with every hold, payment, top-up and sale. After a lost answer send the same request with the same
  key: it has one effect, and you get the first answer.
`;
