import { testRule } from '../support/rule-fixtures.js';

testRule('pfnmap-page');
