/** The object of an endpoint whose address ends with an item's path. */
export const atPath = ({ params }: { params: { path: string } }) => ({ kind: 'path', path: params.path }) as const;
