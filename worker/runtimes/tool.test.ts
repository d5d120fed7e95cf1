import { describe, expect, it } from 'vitest';
import { indexEnvironment } from '@/worker/runtimes/tool';

describe('indexEnvironment', () => {
  it('passes what names an index, and no secret of the worker', () => {
    const env = {
      PIP_INDEX_URL: 'https://pypi.test/simple',
      UV_INDEX_URL: 'https://uv.test',
      npm_config_registry: 'https://npm.test',
      HTTPS_PROXY: 'http://proxy',
      DATABASE_URL: 'postgres://secret',
      ENCRYPTION_KEY: 'secret',
      PIP_TARGET: '/somewhere',
      npm_config_user_agent: 'npm/11',
      PATH: '/evil',
    };
    expect(Object.keys(indexEnvironment(env)).sort()).toEqual([
      'HTTPS_PROXY',
      'PIP_INDEX_URL',
      'UV_INDEX_URL',
      'npm_config_registry',
    ]);
  });

  it('tells uv what pip was told, unless uv was told something else', () => {
    const pip = {
      PIP_INDEX_URL: 'https://pypi.test/simple',
      PIP_EXTRA_INDEX_URL: 'https://one.test https://two.test',
      PIP_FIND_LINKS: ' /opt/wheels\n/opt/more ',
      PIP_CERT: '/etc/ssl/own.pem',
    };
    expect(indexEnvironment(pip)).toEqual({
      ...pip,
      UV_DEFAULT_INDEX: 'https://pypi.test/simple',
      UV_INDEX: 'https://one.test https://two.test',
      UV_FIND_LINKS: '/opt/wheels,/opt/more',
      SSL_CERT_FILE: '/etc/ssl/own.pem',
    });
    const own = { UV_INDEX_URL: 'https://uv.test', UV_INDEX: 'https://three.test', UV_FIND_LINKS: '/own' };
    expect(indexEnvironment({ ...pip, ...own })).toEqual({ ...pip, ...own, SSL_CERT_FILE: '/etc/ssl/own.pem' });
  });
});
