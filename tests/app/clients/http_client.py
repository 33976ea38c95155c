"""Asks a server on 127.0.0.1 over one connection, by the standard library. An assertion fails where
the answer is not what it has to be."""
import http.client
import sys

connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=30)


def ask(method, path, body=None, **more):
    connection.request(method, path, body, **more)
    answer = connection.getresponse()
    return answer.status, answer.read()


assert ask('GET', '/hello') == (200, b'Hello, World!')
socket = connection.sock
pieces = [b'one ', b'two ', b'x' * 5000, b' three']
assert ask('POST', '/echo', iter(pieces), encode_chunked=True) == (200, b''.join(pieces))
assert ask('GET', '/nowhere')[0] == 404
assert ask('POST', '/echo', b'') == (200, b'')
assert connection.sock is socket, 'the connection was not kept'
