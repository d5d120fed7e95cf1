import { expect, test } from 'vitest';
import { connectionProblem } from './rules';

const said = (reason: string) => `No connection to db.example.com:5432, database app: ${reason}`;

test.each([
  ['password authentication failed for user "ann"', /refused the password of the user ann\./, /Password/],
  ['connect ECONNREFUSED 127.0.0.1:5439', /Nothing answers at 127\.0\.0\.1:5439\./, /Host and Port/],
  ['getaddrinfo ENOTFOUND db.exmaple.com', /The name db\.exmaple\.com is not known/, /Host/],
  ['database "App" does not exist', /no database named App\./, /Database/],
  ['role "bob" is not permitted to log in', /user bob/, /User/],
  [
    'no pg_hba.conf entry for host "10.0.0.9", user "ann", database "app", no encryption',
    /unencrypted connections.*10\.0\.0\.9/,
    /TLS to require/,
  ],
  ['no pg_hba.conf entry for host "10.0.0.9", user "ann", database "app", SSL encryption', /no rule/, /pg_hba/],
  ['timeout expired', /did not answer in time/, /firewall/],
  ['self-signed certificate in certificate chain', /not signed by an authority/, /Root certificate/],
  ['The server does not support SSL connections', /offers no TLS/, /prefer/],
  ['sorry, too many clients already', /no free connection/, /later/],
  ['Connection terminated unexpectedly', /hung up/, /Port/],
])('%s', (reason, cause, remedy) => {
  const problem = connectionProblem(said(reason));
  expect(problem.cause).toMatch(cause);
  expect(problem.cause).toMatch(/\.$/);
  expect(problem.remedy).toMatch(remedy);
});

test('what nobody foresaw is given as it was said', () => {
  expect(connectionProblem('the moon is full').cause).toBe('the moon is full');
});
