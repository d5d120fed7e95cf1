import { findingAt } from './finding';
import type { LintFinding } from './model';

/** Shapes of credentials that are never anything else, with what people call them. */
const shapes: [RegExp, string][] = [
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, 'an AWS access key'],
  [/\bgh[pousr]_[A-Za-z\d]{36,}/g, 'a GitHub token'],
  [/\bgithub_pat_\w{50,}/g, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/g, 'a GitLab token'],
  [/\bxox[abeoprs]-[\w-]{10,}/g, 'a Slack token'],
  [/\bhooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{16,}/g, 'a Slack webhook'],
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g, 'a private key'],
  [/\b[rs]k_live_[A-Za-z\d]{16,}/g, 'a Stripe key'],
  [/\bsk-(?:proj-|ant-)?[\w-]{32,}/g, 'an API key'],
  [/\bAIza[\w-]{35}/g, 'a Google API key'],
  [/\bnpm_[A-Za-z\d]{36}\b/g, 'an npm token'],
  [/\bSG\.[\w-]{22}\.[\w-]{43}/g, 'a SendGrid key'],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, 'a signed token'],
  [/\bBearer\s+[\w.~+/-]{24,}=*/g, 'a bearer token'],
  [
    /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp):\/\/[^\s:/@'"]+:([^\s@'"${}<>]{4,})@/g,
    'a password in an address',
  ],
];

/** Words of examples and templates; a real secret has none of them. */
const placeholder = /example|your[_-]?|xxxx|\*{3}|placeholder|changeme|dummy|<[^>]*>|password|secret\b/i;

/** Secrets written into the source, where everybody with the script reads them. */
export function findSecrets(content: string): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const [pattern, name] of shapes) {
    for (const match of content.matchAll(pattern)) {
      if (placeholder.test(match[1] ?? match[0])) continue;
      const message = `This looks like ${name} in plain text: move it to a variable, and pass it as an argument or read it by name.`;
      const range = { from: match.index, to: match.index + match[0].length };
      findings.push(findingAt(content, range, { severity: 'warning', code: 'plain-secret', message }));
    }
  }
  return findings;
}
