import { testFixFixture } from '../support/fix-fixtures.js';

testFixFixture('sources');
