/** A browser as far as signing in needs one: it keeps cookies, and goes where it is sent. */
export class StubBrowser {
  private readonly cookies = new Map<string, string>();

  /** @param site the address of the site under test; cookies are kept for it alone */
  constructor(private readonly site: string) {}

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const address = new URL(url, this.site);
    const isSite = address.origin === this.site;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(isSite && cookie !== '' ? { cookie } : {}) },
    });
    if (isSite) for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Presses a provider's button; answers the address at the provider. */
  async leaveFor(providerId: string, callbackUrl = '/'): Promise<URL> {
    const { csrfToken } = await (await this.fetch('/api/auth/csrf')).json();
    const answer = await this.fetch(`/api/auth/signin/${providerId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.site },
      body: new URLSearchParams({ csrfToken, callbackUrl, json: 'true' }),
    });
    return new URL((await answer.json()).url);
  }

  /** Follows redirects until the site shows a page of its own; answers its address. */
  async follow(from: string | URL): Promise<URL> {
    let address = new URL(from, this.site);
    for (let step = 0; step < 10; step += 1) {
      if (address.origin === this.site && !address.pathname.startsWith('/api/auth/')) return address;
      const location = (await this.fetch(address.toString())).headers.get('location');
      if (location === null) return address;
      address = new URL(location, address);
    }
    throw new Error(`It redirects for ever, last to ${address}.`);
  }

  /** The whole way: the button, the provider, and back. */
  async signIn(providerId: string, callbackUrl?: string): Promise<URL> {
    return this.follow(await this.leaveFor(providerId, callbackUrl));
  }

  async whoami(): Promise<{ status: number; email: string | undefined }> {
    const answer = await this.fetch('/api/users/whoami');
    return { status: answer.status, email: answer.ok ? (await answer.json()).email : undefined };
  }
}
