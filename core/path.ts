/** Where scripts, resources and variables live: `u/<owner>/…`, `f/<folder>/…`, `g/<group>/…`. */
const ITEM_PATH = /^(u|f|g)\/[A-Za-z0-9_-]+(\/[A-Za-z0-9_.-]+)+$/;
const MAX_LENGTH = 255;

export const PATH_RULE =
  'A path is u/<owner>/<name>, f/<folder>/<name> or g/<group>/<name>, with letters, digits, - and _ (and . after the owner).';

/** True for a path that an item may have. */
export function isItemPath(path: string): boolean {
  return path.length <= MAX_LENGTH && ITEM_PATH.test(path) && !path.split('/').some((part) => /^\.+$/.test(part));
}

/** `f/data/sync/tables` is `tables` in `f/data`. */
export function splitPath(path: string): { readonly kind: string; readonly owner: string; readonly name: string } {
  const [kind = '', owner = '', ...rest] = path.split('/');
  return { kind, owner, name: rest.join('/') };
}

/** The last part of a path: what people call the thing. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
