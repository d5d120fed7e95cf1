import { parser } from '@lezer/python';
import fs from 'node:fs'; import path from 'node:path';
const root=process.argv[2]; let files=0,bad=0; 
function walk(d:string){for(const e of fs.readdirSync(d,{withFileTypes:true})){const p=path.join(d,e.name); if(e.isDirectory()){ if(!/lib2to3|site-packages|bad|__pycache__/.test(e.name)) walk(p);} else if(p.endsWith('.py')&&!/bad|lib2to3/.test(p)) check(p);}}
function check(p:string){const src=fs.readFileSync(p,'utf8'); files++; const t=parser.parse(src); let first=-1; t.iterate({enter(n){if(first<0&&n.type.isError)first=n.from}});
 if(first>=0){bad++; const ls=src.lastIndexOf('\n',first-1)+1; const le=src.indexOf('\n',first); console.log(path.relative(root,p)+':'+src.slice(0,first).split('\n').length+': '+src.slice(ls,le<0?undefined:le).slice(0,140));}}
walk(root); console.log(files,bad);
