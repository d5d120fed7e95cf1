import { describe, expect, it } from 'vitest';
import { importedModules, inferRequirements } from '@/worker/runtimes/python3/imports';
import { RequirementError, requirementsOf } from '@/worker/runtimes/python3/requirements';

const standard = new Set(['os', 'json', 'typing', 'datetime', 'sys']);

describe('requirementsOf', () => {
  it('takes the block, to its end, and then looks at no import', () => {
    const script = '# requirements:\n# requests>=2.31\n#pandas[excel]==2.2.0  # for sheets\n\n# not one\nimport yaml\n';
    expect(requirementsOf(script, standard)).toEqual(['pandas[excel]==2.2.0', 'requests>=2.31']);
  });

  it('takes PEP 723', () => {
    const script = [
      '# /// script',
      '# requires-python = ">=3.11"',
      '# dependencies = [',
      '#   "requests<3",  # a comment with "quotes"',
      "#   'rich',",
      '# ]',
      '# ///',
      'import yaml',
    ].join('\n');
    expect(requirementsOf(script, standard)).toEqual(['requests<3', 'rich']);
  });

  it('else infers, and adds what is asked for beside', () => {
    expect(requirementsOf('# extra_requirements:\n# lxml\n\nimport bs4, os', standard)).toEqual([
      'beautifulsoup4',
      'lxml',
    ]);
  });

  it('an empty block means none', () => expect(requirementsOf('# requirements:\nimport yaml', standard)).toEqual([]));

  it.each(['--index-url http://evil', '-r /etc/passwd', 'x @ file:///etc', '../x'])('refuses %j', (line) => {
    expect(() => requirementsOf(`# requirements:\n# ${line}\n`, standard)).toThrow(RequirementError);
  });
});

describe('imports', () => {
  it('are found wherever Python finds them, and not in texts or relative ones', () => {
    const script = [
      'import os, yaml as y, a.b.c',
      'from PIL import Image',
      'try: import ujson',
      'except ImportError:',
      '    import json',
      'from . import sibling',
      '"""',
      'import notme',
      '"""',
      "x = 'import norme'  # import neither",
      'from f.team.script import main',
    ].join('\n');
    expect(importedModules(script)).toEqual(['os', 'yaml', 'a.b.c', 'PIL', 'ujson', 'json', 'f.team.script']);
    expect(inferRequirements(script, standard)).toEqual(['Pillow', 'PyYAML', 'a', 'ujson']);
  });

  it.each([
    ['import cv2', 'opencv-python-headless'],
    ['import psycopg2.extras', 'psycopg2-binary'],
    ['from sklearn.svm import SVC', 'scikit-learn'],
    ['from dateutil import parser', 'python-dateutil'],
    ['from google.cloud import storage', 'google-cloud-storage'],
    ['from google.oauth2 import service_account', 'google-auth'],
    ['import google.protobuf', 'protobuf'],
  ])('%s needs %s', (line, name) => expect(inferRequirements(line, standard)).toEqual([name]));
});
