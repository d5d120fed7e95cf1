import { own } from '@/core/own';

/** From the imports of a Python script to the packages that provide them. Pure. */

/** Where the name one imports is not the name one installs. */
const PACKAGES: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  discord: 'discord.py',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'PyMuPDF',
  git: 'GitPython',
  github: 'PyGithub',
  gitlab: 'python-gitlab',
  googleapiclient: 'google-api-python-client',
  imap_tools: 'imap-tools',
  jose: 'python-jose',
  jwt: 'PyJWT',
  kafka: 'kafka-python',
  ldap: 'python-ldap',
  ldap3: 'ldap3',
  magic: 'python-magic',
  markdown: 'Markdown',
  multipart: 'python-multipart',
  MySQLdb: 'mysqlclient',
  nacl: 'PyNaCl',
  OpenSSL: 'pyOpenSSL',
  PIL: 'Pillow',
  pkg_resources: 'setuptools',
  pptx: 'python-pptx',
  psycopg: 'psycopg[binary]',
  psycopg2: 'psycopg2-binary',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  slack_sdk: 'slack-sdk',
  slugify: 'python-slugify',
  snowflake: 'snowflake-connector-python',
  socks: 'PySocks',
  telegram: 'python-telegram-bot',
  toml: 'toml',
  usb: 'pyusb',
  win32api: 'pywin32',
  xdg: 'pyxdg',
  yaml: 'PyYAML',
  zmq: 'pyzmq',
};

/** Two-part names that belong to different packages under one roof. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'google.auth': 'google-auth',
  'google.oauth2': 'google-auth',
  'google.protobuf': 'protobuf',
  'google.generativeai': 'google-generativeai',
  'google.genai': 'google-genai',
  'google.cloud': '',
  'ruamel.yaml': 'ruamel.yaml',
  'azure.identity': 'azure-identity',
};

/** The roots of workspace paths: `from f.team.script import main` is no package. */
const WORKSPACE_ROOTS = new Set(['f', 'u', 'g']);

/** Our own library, which every job has; a version of it from the package index has to be asked for by its version. */
export const BUILT_IN_MODULES: ReadonlySet<string> = new Set(['fantail', 'wmill']);

/** Module paths that a script imports absolutely, in order of appearance. */
export function importedModules(script: string): string[] {
  const found: string[] = [];
  for (const line of withoutTexts(script).split('\n')) {
    const from = /^\s*from\s+([A-Za-z_]\w*(?:\.\w+)*)\s+import\s+([\w\s,()*]*)/.exec(line);
    if (from?.[1]) {
      // `from google.cloud import storage`: the package is named by what follows.
      const names = from[1] === 'google.cloud' || from[1] === 'google' ? (from[2] ?? '').match(/\w+/g) : null;
      found.push(...(names ?? ['']).map((name) => (name ? `${from[1]}.${name}` : (from[1] ?? ''))));
    }
    const plain = /^\s*(?:(?:try|else|finally)\s*:\s*)?import\s+([A-Za-z_][\w.\s,]*)/.exec(line)?.[1];
    for (const part of plain?.split(',') ?? []) {
      const name = part.trim().split(/\s+/)[0];
      if (name) found.push(name);
    }
  }
  return [...new Set(found)];
}

/**
 * The workspace paths of the scripts that the script at `importer` imports: `from f.team.other import x`,
 * `from .other import x`, `from ..sales.other import x`, `import f.team.other`, `from f.team import other`.
 */
export function localImportsOf(script: string, importer: string): string[] {
  const found = new Set<string>();
  const folder = importer.split('/').slice(0, -1);
  for (const line of withoutTexts(script).split('\n')) {
    const from = /^\s*from\s+(\.*)([\w.]*)\s+import\s+(.*)$/.exec(line);
    if (from !== null) {
      const [, dots = '', module = '', names = ''] = from;
      if (dots === '' && !WORKSPACE_ROOTS.has(module.split('.')[0] ?? '')) continue;
      const base = dots === '' ? [] : folder.slice(0, folder.length - dots.length + 1);
      const parts = [...base, ...module.split('.').filter(Boolean)];
      // A path has three parts at least: what is shorter names a folder, and the imported names are its scripts.
      if (parts.length > 2) found.add(parts.join('/'));
      else for (const name of names.match(/[A-Za-z_]\w*/g) ?? []) found.add([...parts, name].join('/'));
      continue;
    }
    const plain = /^\s*import\s+([A-Za-z_][\w.\s,]*)/.exec(line)?.[1];
    for (const part of plain?.split(',') ?? []) {
      const name = part.trim().split(/\s+/)[0] ?? '';
      if (WORKSPACE_ROOTS.has(name.split('.')[0] ?? '') && name.includes('.')) found.add(name.replaceAll('.', '/'));
    }
  }
  return [...found];
}

/** Requirement names for the modules that neither Python nor the workspace provides. */
export function inferRequirements(script: string, standardModules: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const module of importedModules(script)) {
    const [root = '', second, third] = module.split('.');
    const isThere = standardModules.has(root) || BUILT_IN_MODULES.has(root) || root === '__future__';
    if (isThere || WORKSPACE_ROOTS.has(root)) continue;
    found.add(packageOf(root, second, third));
  }
  return [...found].sort();
}

function packageOf(root: string, second: string | undefined, third: string | undefined): string {
  const namespaced = NAMESPACES[`${root}.${second}`];
  if (namespaced) return namespaced;
  if (root === 'google' && second === 'cloud' && third) return `google-cloud-${third.replaceAll('_', '-')}`;
  return own(PACKAGES, root) ?? root;
}

/** The script with the insides of strings and comments blanked, line by line the same. */
function withoutTexts(script: string): string {
  const texts = /("""|''')[\s\S]*?(?:\1|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|#[^\n]*/g;
  const blanked = script.replaceAll(texts, (text) => text.replaceAll(/[^\n]/g, ' '));
  // An import may go on behind a backslash or inside parentheses; the names behind them matter only for google.cloud.
  return blanked.replaceAll(/\\\r?\n/g, ' ');
}
