export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
