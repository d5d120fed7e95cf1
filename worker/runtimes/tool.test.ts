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
});
