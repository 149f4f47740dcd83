/** The formats an audit can be exported in; `format` is one of the server's, `label` what a person reads. */
export const EXPORT_FORMATS: readonly {
  readonly label: string;
  readonly format: string;
  readonly extension: string;
}[] = [
  { label: 'SARIF', format: 'sarif', extension: 'sarif' },
  { label: 'Markdown', format: 'markdown', extension: 'md' },
  { label: 'JSON', format: 'json', extension: 'json' },
  { label: 'HTML', format: 'html', extension: 'html' },
];
