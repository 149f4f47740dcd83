import { testRule } from '../support/rule-fixtures.js';

testRule('use-after-put');
