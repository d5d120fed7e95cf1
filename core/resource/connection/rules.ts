/** A failed connection in words: what happened and why, and what to do. */
export interface ConnectionProblem {
  readonly cause: string;
  readonly remedy: string;
}

interface Rule {
  readonly shape: RegExp;
  readonly cause: string;
  readonly remedy: string;
}

/** What drivers and servers say, the most specific first. `{1}` is the first group of the shape. */
const RULES: readonly Rule[] = [
  {
    shape: /password authentication failed for user "([^"]*)"|28P01/,
    cause: 'The server refused the password of the user {1}.',
    remedy: 'Check User and Password; a role without a password cannot sign in over the network.',
  },
  {
    shape: /SASL.*client password must be a string|no password supplied/i,
    cause: 'The server asks for a password, and the resource has none.',
    remedy: 'Fill in Password.',
  },
  {
    shape: /no pg_hba\.conf entry for host "([^"]*)".*?(?:no encryption|SSL off)/,
    cause: 'The server takes no unencrypted connections from the worker ({1}).',
    remedy: 'Set TLS to require, or let the address in (pg_hba.conf).',
  },
  {
    shape: /no pg_hba\.conf entry for host "([^"]*)"/,
    cause: 'The server does not let the worker in: it has no rule for its address {1}, this user and this database.',
    remedy: 'Ask whoever runs the server to add one (pg_hba.conf).',
  },
  {
    shape: /database "([^"]*)" does not exist/,
    cause: 'The server has no database named {1}.',
    remedy: 'Check Database; names are case-sensitive.',
  },
  {
    shape: /role "([^"]*)" (?:does not exist|is not permitted to log in)/,
    cause: 'The user {1} does not exist on the server, or may not sign in.',
    remedy: 'Check User.',
  },
  {
    shape: /permission denied for database/,
    cause: 'The user may not connect to this database.',
    remedy: 'GRANT CONNECT ON DATABASE … TO the user.',
  },
  {
    shape: /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ?(\S*)|could not translate host name/,
    cause: 'The name {1} is not known where the worker runs.',
    remedy: 'Check Host for a typing error; inside containers, localhost is the container itself.',
  },
  {
    shape: /ECONNREFUSED ?(\S*)/,
    cause: 'Nothing answers at {1}.',
    remedy: 'Check Host and Port, and that the server listens on that address; localhost is the machine of the worker.',
  },
  {
    shape: /EHOSTUNREACH|ENETUNREACH/,
    cause: 'There is no way from the worker to that address.',
    remedy: 'Check Host, and the network between the worker and the server. SANDBOX_NETWORK=none cuts jobs off.',
  },
  {
    shape: /ETIMEDOUT|timeout expired|connection timeout|timed out/i,
    cause: 'The server did not answer in time.',
    remedy: 'A firewall may drop the connection: let the worker’s address reach Host and Port.',
  },
  {
    shape: /does not support SSL/,
    cause: 'The server offers no TLS.',
    remedy: 'Set TLS to prefer or disable.',
  },
  {
    shape: /self[- ]signed certificate|unable to (?:verify|get)|UNABLE_TO_/i,
    cause: 'The server’s certificate is not signed by an authority that the worker knows.',
    remedy: 'Paste the authority’s certificate into Root certificate, or set TLS to require.',
  },
  {
    shape: /Hostname\/IP does not match/i,
    cause: 'The server’s certificate is for another name.',
    remedy: 'Write the name of the certificate into Host, or set TLS to verify-ca.',
  },
  {
    shape: /certificate has expired/i,
    cause: 'The server’s certificate has expired.',
    remedy: 'Ask whoever runs the server to renew it.',
  },
  {
    shape: /too many (?:clients|connections)|remaining connection slots/i,
    cause: 'The server has no free connection.',
    remedy: 'Try again later, or raise its max_connections.',
  },
  {
    shape: /Connection terminated|ECONNRESET|EPIPE|Parse error|unexpected message/i,
    cause: 'Something answered and hung up; it may be no PostgreSQL.',
    remedy: 'Check Port, and TLS: some servers take encrypted connections only.',
  },
  {
    shape: /needs a database: pass a postgresql resource/,
    cause: 'The resource is not complete.',
    remedy: 'Fill in at least User and Database.',
  },
  {
    shape: /\$(?:res|var):(\S+) was not found/,
    cause: 'The resource refers to {1}, which does not exist or which you may not read.',
    remedy: 'Check the reference, or ask its owner for access.',
  },
];

/** Says a failed connection in words; what no rule knows is given as the server said it. */
export function connectionProblem(message: string): ConnectionProblem {
  for (const { shape, cause, remedy } of RULES) {
    const found = shape.exec(message);
    if (found === null) continue;
    const named = (found[1] ?? '').replace(/[.,:]+$/, '');
    return { cause: cause.replace('{1}', named).replaceAll(' .', '.').replaceAll('  ', ' '), remedy };
  }
  return { cause: message.trim(), remedy: 'The job’s log has everything that was said.' };
}
