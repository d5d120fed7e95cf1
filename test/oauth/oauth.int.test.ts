import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setPersonDisabled } from '@/core/access/user/commands';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { StubBrowser } from './browser';
import { CLIENT, StubProvider } from './provider';
import { freePort, type Site, startSite } from './site';

let database: TestDatabase;
let provider: StubProvider;
let site: Site;
let base: string;
let ann: TestPerson;

beforeAll(async () => {
  provider = await StubProvider.start();
  const port = await freePort();
  base = `http://localhost:${port}`;
  const settings = {
    BASE_URL: base,
    OAUTH_CLIENTS: JSON.stringify({
      sso: { ...CLIENT, issuer: provider.base },
      github: { ...CLIENT, base_url: provider.base },
      plain: {
        ...CLIENT,
        login_config: {
          auth_url: `${provider.base}/authorize`,
          token_url: `${provider.base}/token`,
          userinfo_url: `${provider.base}/userinfo`,
          scopes: ['openid', 'email', 'profile'],
        },
      },
    }),
  };
  database = await testDatabase();
  Object.assign(process.env, settings);
  await makePerson('root', { isInstanceAdmin: true });
  ann = await makePerson('ann');
  await makeWorkspace('demo', ann);
  site = await startSite(database.url, settings, port);
});

afterAll(async () => {
  await site?.close();
  await provider?.close();
  await flushAudit();
  await database?.drop();
});

beforeEach(() => {
  provider.isIdTokenThin = false;
  provider.isForging = false;
});

let subjects = 100;
/** Somebody new at the provider, who is at its keyboard from now on. */
function atProvider(email: string, isEmailVerified = true): string {
  subjects += 1;
  provider.person = { subject: String(subjects), email, isEmailVerified };
  return String(subjects);
}

const browser = () => new StubBrowser(base);

/** Signing in ends on the sign-in page, with this sentence, and with no session. */
async function expectRefusal(visitor: StubBrowser, landed: URL, code: string, sentence: RegExp): Promise<void> {
  expect([landed.origin, landed.pathname, landed.searchParams.get('error')]).toEqual([base, '/login', code]);
  expect(await (await visitor.fetch(landed.toString())).text()).toMatch(sentence);
  expect((await visitor.whoami()).status).toBe(401);
}

const identitiesOf = (person: TestPerson) =>
  rows<{ provider: string; subject: string }>('SELECT provider, subject FROM identity WHERE user_id = $1', [person.id]);

const lastSignIn = async () => {
  const [row] = await rows<Record<string, unknown>>(
    `SELECT actor, via, object, outcome, detail FROM audit WHERE action = 'sign-in' ORDER BY id DESC LIMIT 1`,
  );
  return row;
};

describe('a provider that speaks OpenID Connect', () => {
  test('lets in who was invited and whose e-mail it vouches for', async () => {
    const subject = atProvider('Ann@Example.com');
    const visitor = browser();
    expect((await visitor.signIn('sso', '/w/demo')).pathname).toBe('/w/demo');
    expect(await visitor.whoami()).toEqual({ status: 200, email: 'ann@example.com' });
    expect(await identitiesOf(ann)).toEqual([{ provider: `sso ${provider.base}`, subject }]);
    expect(await lastSignIn()).toMatchObject({ actor: 'ann', via: 'sso', object: 'ann@example.com', outcome: 'done' });
  });

  test('knows people by issuer and subject from then on, also under another e-mail, verified or not', async () => {
    const eve = await makePerson('eve');
    const dan = await makePerson('dan');
    const subject = atProvider('dan@example.com');
    await browser().signIn('sso');
    provider.person = { subject, email: 'eve@example.com', isEmailVerified: false };
    const visitor = browser();
    await visitor.signIn('sso');
    expect(await visitor.whoami()).toEqual({ status: 200, email: dan.email });
    expect(await identitiesOf(eve)).toEqual([]);
  });

  test('does not hand over a person to a second account with the same e-mail', async () => {
    await makePerson('flo');
    atProvider('flo@example.com');
    await browser().signIn('sso');
    atProvider('flo@example.com');
    const visitor = browser();
    await expectRefusal(visitor, await visitor.signIn('sso'), 'taken', /another account of this provider/);
  });

  test('links two first sign-ins at once to the same person', async () => {
    const fay = await makePerson('fay');
    const subject = atProvider(fay.email);
    const visitors = [browser(), browser(), browser()];
    await Promise.all(visitors.map((visitor) => visitor.signIn('sso')));
    for (const visitor of visitors) expect(await visitor.whoami()).toEqual({ status: 200, email: fay.email });
    expect(await identitiesOf(fay)).toEqual([{ provider: `sso ${provider.base}`, subject }]);
  });

  test('is asked at its userinfo address when the ID token has no e-mail', async () => {
    const gil = await makePerson('gil');
    atProvider(gil.email);
    provider.isIdTokenThin = true;
    const visitor = browser();
    await visitor.signIn('sso');
    expect(await visitor.whoami()).toEqual({ status: 200, email: gil.email });
  });

  test('refuses somebody whom nobody invited', async () => {
    atProvider('stranger@example.com');
    const visitor = browser();
    await expectRefusal(visitor, await visitor.signIn('sso'), 'unknown', /That account is not known here/);
    expect(await rows(`SELECT 1 FROM user_account WHERE email = 'stranger@example.com'`)).toEqual([]);
    expect(await lastSignIn()).toMatchObject({
      actor: 'anonymous',
      object: 'stranger@example.com',
      outcome: 'refused',
      detail: { reason: 'unknown' },
    });
  });

  test('refuses an e-mail that the provider did not verify', async () => {
    const hal = await makePerson('hal');
    atProvider(hal.email, false);
    const visitor = browser();
    await expectRefusal(visitor, await visitor.signIn('sso'), 'unverified', /did not confirm your e-mail address/);
    expect(await identitiesOf(hal)).toEqual([]);
  });

  test('refuses who is switched off, linked or only invited, and his open session ends', async () => {
    const ida = await makePerson('ida');
    const jan = await makePerson('jan');
    const subject = atProvider(ida.email);
    const visitor = browser();
    await visitor.signIn('sso');
    expect((await visitor.whoami()).status).toBe(200);
    for (const person of [ida, jan]) await setPersonDisabled(person.id, true);
    expect((await visitor.whoami()).status).toBe(401);
    await expectRefusal(visitor, await visitor.signIn('sso'), 'disabled', /This account is switched off/);
    atProvider(jan.email);
    const other = browser();
    await expectRefusal(other, await other.signIn('sso'), 'disabled', /This account is switched off/);
    expect(await identitiesOf(jan)).toEqual([]);
    await setPersonDisabled(ida.id, false);
    provider.person = { subject, email: ida.email, isEmailVerified: true };
    expect((await visitor.whoami()).status).toBe(401);
    await visitor.signIn('sso');
    expect((await visitor.whoami()).status).toBe(200);
  });
});

describe('what comes back is believed only as the answer to what was asked', () => {
  const sentence = /Signing in with the provider did not work/;

  /** The callback's address, as the provider sends the browser there. */
  async function callbackOf(visitor: StubBrowser, email = ann.email): Promise<URL> {
    atProvider(email);
    const location = (await visitor.fetch((await visitor.leaveFor('sso')).toString())).headers.get('location');
    return new URL(location ?? '');
  }

  test('another state is refused', async () => {
    const visitor = browser();
    const callback = await callbackOf(visitor);
    callback.searchParams.set('state', 'planted');
    await expectRefusal(visitor, await visitor.follow(callback), 'OAuthCallback', sentence);
  });

  test('a callback in a browser that asked for none is refused: nobody is signed in as somebody else', async () => {
    const callback = await callbackOf(browser());
    const victim = browser();
    await expectRefusal(victim, await victim.follow(callback), 'OAuthCallback', sentence);
  });

  test('an ID token that somebody else signed is refused', async () => {
    const lea = await makePerson('lea');
    atProvider(lea.email);
    provider.isForging = true;
    const visitor = browser();
    await expectRefusal(visitor, await visitor.signIn('sso'), 'OAuthCallback', sentence);
    expect(await identitiesOf(lea)).toEqual([]);
  });

  test('signing in leads to no other site', async () => {
    const mia = await makePerson('mia');
    atProvider(mia.email);
    expect((await browser().signIn('sso', 'https://evil.example/')).origin).toBe(base);
  });
});

describe('a provider that speaks plain OAuth', () => {
  test('GitHub, also on a server of one’s own: its verified primary address counts, not the one shown', async () => {
    const ned = await makePerson('ned');
    const shown = await makePerson('shown');
    const subject = atProvider(ned.email);
    const visitor = browser();
    await visitor.signIn('github');
    expect(await visitor.whoami()).toEqual({ status: 200, email: ned.email });
    expect(await identitiesOf(ned)).toEqual([{ provider: 'github', subject }]);
    expect(await identitiesOf(shown)).toEqual([]);
  });

  test('GitHub’s unverified address is refused', async () => {
    const oda = await makePerson('oda');
    atProvider(oda.email, false);
    const visitor = browser();
    await expectRefusal(visitor, await visitor.signIn('github'), 'unverified', /did not confirm/);
  });

  test('one given by its addresses, also when it sends an ID token along', async () => {
    const pia = await makePerson('pia');
    const subject = atProvider(pia.email);
    const visitor = browser();
    await visitor.signIn('plain');
    expect(await visitor.whoami()).toEqual({ status: 200, email: pia.email });
    expect(await identitiesOf(pia)).toEqual([{ provider: 'plain', subject }]);
  });

  test('one given by its addresses: another state is refused', async () => {
    atProvider(ann.email);
    const visitor = browser();
    const back = (await visitor.fetch((await visitor.leaveFor('plain')).toString())).headers.get('location');
    const callback = new URL(back ?? '');
    callback.searchParams.set('state', 'planted');
    await expectRefusal(visitor, await visitor.follow(callback), 'OAuthCallback', /did not work/);
  });
});
