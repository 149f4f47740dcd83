import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { PROGRAM } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';
import { LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs/editors.md'), 'utf8');

/** The snippet of a language in docs/editors.md. */
function snippet(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(PAGE)?.[1];
  assert.ok(found !== undefined, language);
  return found;
}

function missing(program: string, ...args: string[]): string | false {
  return spawnSync(program, args).status === 0 ? false : `${program} is not installed`;
}

/** Runs an editor on mm/demo.c of a small tree, with `pageref` in its path; gives what it prints. */
async function runEditor(program: string, args: readonly string[], files: Record<string, string>): Promise<string> {
  let printed = '';
  await withTree(`${MAKEFILE_6_12}//- mm/demo.c\n${LEAK}`, async (tree) => {
    const { root } = tree;
    for (const [path, text] of Object.entries(files)) tree.write(path, text);
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin/pageref'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
    chmodSync(join(root, 'bin/pageref'), 0o755);
    const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: root };
    const { stdout, stderr } = await promisify(execFile)(program, [...args], { cwd: root, env, timeout: 60_000 });
    printed = `${stdout}${stderr}`;
  });
  return printed;
}

const NVIM_SUPPRESS = `
vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 50)
vim.api.nvim_win_set_cursor(0, { 10, 8 })
local answers = { '^Suppress with a reason', '^intended' }
vim.ui.select = function(items, _, on_choice)
  local want = table.remove(answers, 1)
  for _, item in ipairs(items) do
    if (type(item) == 'string' and item or item[2].title):match(want) then return on_choice(item) end
  end
end
vim.ui.input = function(_, on_confirm) on_confirm('No dax here.') end
vim.lsp.buf.code_action()
vim.wait(10000, function() return #vim.diagnostic.get(0) == 0 end, 50)
io.write('suppressed: ', #vim.diagnostic.get(0), '\\n')
vim.cmd('wall')
for line in io.lines('.pageref-judged.jsonl') do io.write(line, '\\n') end
vim.cmd('edit .pageref-judged.jsonl')
vim.cmd('%s/No dax here.//')
vim.wait(10000, function() return #vim.diagnostic.get(nil) == 2 end, 50)
for _, d in ipairs(vim.diagnostic.get(0)) do io.write('mistake ', d.lnum + 1, ' ', d.message, '\\n') end
io.write('back: ', #vim.diagnostic.get(nil), '\\n')
vim.cmd('qa!')
`;

test('Neovim: a finding is suppressed with a reason', { skip: missing('nvim', '--version') }, async () => {
  const args = ['--headless', '-u', 'init.lua', 'mm/demo.c', '-c', 'luafile check.lua'];
  const printed = await runEditor('nvim', args, { 'init.lua': snippet('lua'), 'check.lua': NVIM_SUPPRESS });
  assert.match(printed, /^suppressed: 0$/m);
  assert.match(printed, /^\{"path":"mm\/demo\.c".*"verdict":"intended","reason":"No dax here\."\}\r?$/m);
  assert.match(printed, /^mistake 2 .*the reason must not be empty$/m);
  assert.match(printed, /^back: 2$/m);
});

const NVIM_CHECK = `
vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 50)
for _, d in ipairs(vim.diagnostic.get(0)) do io.write(d.lnum + 1, ':', d.col + 1, ' ', d.code, '\\n') end
vim.cmd('PagerefAudit')
vim.wait(10000, function() return #vim.fn.getqflist() > 0 end, 50)
for _, q in ipairs(vim.fn.getqflist()) do io.write('quickfix ', q.lnum, ':', q.col, ' ', q.text, '\\n') end
vim.cmd('wincmd p')
vim.api.nvim_buf_set_lines(0, 9, 11, false, { '\\tput_page(page);' })
vim.wait(10000, function() return #vim.diagnostic.get(0) == 0 end, 50)
io.write('after the edit: ', #vim.diagnostic.get(0), '\\n')
vim.cmd('qa!')
`;

test('Neovim: the snippet of the page', { skip: missing('nvim', '--version') }, async () => {
  const args = ['--headless', '-u', 'init.lua', 'mm/demo.c', '-c', 'luafile check.lua'];
  const printed = await runEditor('nvim', args, { 'init.lua': snippet('lua'), 'check.lua': NVIM_CHECK });
  assert.match(printed, /^10:7 reserved-conflates-zone-device$/m);
  assert.match(printed, /^quickfix 10:7 needs-zone-device: .*leaks\.$/m);
  assert.match(printed, /^after the edit: 0$/m);
});

/** Debian keeps its Emacs packages where \`package\` does not look by itself. */
const EMACS_PACKAGES = `(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa-src")
(package-initialize)
`;
const EMACS_CHECK = `(setq eglot-sync-connect 20 eglot-autoreconnect nil)
(find-file "mm/demo.c")
(c-mode)
(call-interactively 'eglot)
(flymake-mode 1)
(dotimes (_ 100) (unless (flymake-diagnostics) (accept-process-output nil 0.1) (flymake-start)))
(dolist (d (flymake-diagnostics))
  (princ (format "%d %s\\n" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-text d))))
`;

test(
  'Emacs: the snippet of the page',
  { skip: missing('emacs', '-Q', '--batch', '--eval', `(progn ${EMACS_PACKAGES} (require 'eglot))`) },
  async () => {
    const files = { 'init.el': EMACS_PACKAGES + snippet('elisp'), 'check.el': EMACS_CHECK };
    const printed = await runEditor('emacs', ['-Q', '--batch', '-l', 'init.el', '-l', 'check.el'], files);
    assert.match(printed, /^10 pageref \[reserved-conflates-zone-device\]: .*leaks/m);
  },
);

const EMACS_SUPPRESS = `
(goto-char (point-min))
(search-forward "PageReserved")
(defvar answers '("Suppress with a reason..." "intended"))
(fset 'completing-read (lambda (&rest _) (pop answers)))
(fset 'read-string (lambda (&rest _) "No dax here."))
(fset 'y-or-n-p (lambda (&rest _) t))
(setq last-nonmenu-event nil)
(fset 'x-popup-menu (lambda (_ menu) (cdr (assoc (pop answers) (cdr (cadr menu))))))
(call-interactively 'eglot-code-actions)
(princ (with-temp-buffer (insert-file-contents "../.pageref-judged.jsonl") (buffer-string)))
`;

test(
  'Emacs: a finding is suppressed with a reason',
  { skip: missing('emacs', '-Q', '--batch', '--eval', `(progn ${EMACS_PACKAGES} (require 'eglot))`) },
  async () => {
    const files = { 'init.el': EMACS_PACKAGES + snippet('elisp'), 'check.el': EMACS_CHECK + EMACS_SUPPRESS };
    const printed = await runEditor('emacs', ['-Q', '--batch', '-l', 'init.el', '-l', 'check.el'], files);
    assert.match(printed, /^\{"path":"mm\/demo\.c".*"verdict":"intended","reason":"No dax here\."\}$/m);
  },
);

const FLYMAKE_CHECK = `(find-file "mm/demo.c")
(c-mode)
(unless (memq 'pageref-flymake flymake-diagnostic-functions) (error "the hook did not run"))
;; Those that come with Emacs want a Makefile with a target of their own, which is an error in batch mode.
(setq-local flymake-diagnostic-functions '(pageref-flymake))
(flymake-mode 1)
(dotimes (_ 200) (unless (flymake-diagnostics) (accept-process-output nil 0.1)))
(dolist (d (flymake-diagnostics))
  (princ (format "%d %s %s\\n" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-type d) (flymake-diagnostic-text d))))
`;

test(
  'Emacs: Flymake through the command line',
  { skip: missing('emacs', '-Q', '--batch', '--eval', '(require (quote flymake))') },
  async () => {
    const files = { Kbuild: '', 'pageref-flymake.el': snippet('lisp'), 'check.el': FLYMAKE_CHECK };
    const args = ['-Q', '--batch', '-l', 'flymake', '-l', 'pageref-flymake.el', '-l', 'check.el'];
    const printed = await runEditor('emacs', args, files);
    assert.match(printed, /^10 :?warning .*leaks.* \[reserved-conflates-zone-device\]$/m);
  },
);

const VIM_CHECK = `compiler pageref
silent make!
for place in getqflist()
  call writefile([printf('%s:%d:%d %s %s', bufname(place.bufnr), place.lnum, place.col, place.type, place.text)], 'places', 'a')
endfor
qa!
`;

test('vim: the compiler of the page', { skip: missing('vim', '--version') }, async () => {
  const files = { 'compiler/pageref.vim': snippet('vim'), 'check.vim': VIM_CHECK };
  const shell = ['-c', 'vim -Nes -u NONE --cmd "set rtp^=." -S check.vim </dev/null; cat places'];
  const printed = await runEditor('sh', shell, files);
  assert.match(printed, /^mm\/demo\.c:10:7 w .*leaks.* \[reserved-conflates-zone-device\]$/m);
});
