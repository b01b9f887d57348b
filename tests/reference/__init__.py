"""The interpreter against a second one that knows no graph: residual terms over the block tree.

``blocks`` is a model as a tree, ``growing`` draws one at random, ``shaping`` makes it well-formed.
``drawing`` renders it as BPMN XML for the product to read, compile and run (``engine``), ``run``
runs the tree itself by ``terms``, and ``lockstep`` plays both and compares after every action.
``relations`` are changes that must change nothing; ``mutants`` are bugs that must be caught.
"""
