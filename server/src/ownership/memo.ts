/** What is found out when somebody first asks for it. */

export function lazy<Found>(find: () => Found): () => Found {
  let known: { readonly found: Found } | undefined;
  return () => (known ??= { found: find() }).found;
}

export function once<Key, Found>(find: (key: Key) => Found): (key: Key) => Found {
  const known = new Map<Key, Found>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}
