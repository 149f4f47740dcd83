/** Version of the tool as `--version` and every report give it; a test compares it with the manifests. */
export const TOOL_VERSION = '0.1.0';
