"""The answer to the first question: the best flows of one scenario, as a document and as layers."""
