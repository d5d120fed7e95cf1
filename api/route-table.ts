import type { Endpoint } from './endpoint';
import { healthEndpoints } from './health';

/** Every endpoint of the API, one list a noun. A test enumerates it: each has its access declared. */
export const endpoints: readonly Endpoint[] = [...healthEndpoints];
