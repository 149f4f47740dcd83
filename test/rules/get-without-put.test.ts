import { testRule } from '../support/rule-fixtures.js';

testRule('get-without-put');
