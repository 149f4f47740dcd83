import { testRule } from '../support/rule-fixtures.js';

testRule('put-without-get');
